return { sides = 4 }

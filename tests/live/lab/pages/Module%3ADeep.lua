return { depth = 3 }

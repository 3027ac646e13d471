return { inches = 12 }

return { balance = 0 }

return { wort = 'grüße' }

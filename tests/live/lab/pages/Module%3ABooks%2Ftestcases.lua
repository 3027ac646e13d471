local books = require('Module:Books')
return {
  ledger = function()
    return mw.text.jsonEncode{
      { name = 'balances', result = books.balance == 0 and 'pass' or 'fail' },
      { name = 'is audited', result = 'skip' },
    }
  end,
}

return { tap = function () return '1..1\nok 1 - stands alone' end }

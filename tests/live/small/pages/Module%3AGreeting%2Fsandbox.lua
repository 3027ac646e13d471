return { hello = function () return 'Hello!' end }

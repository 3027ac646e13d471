local deep = require('Module:Deep')
return { double = deep.depth * 2 }

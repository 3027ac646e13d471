local list = require("Module:Checklist").new()
local ruler = require("Module:Ruler")
list.check('is a foot long', ruler.inches, 12)
list.check('has no end', ruler.ends, 0)
return list

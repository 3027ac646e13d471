return require("Module:Checklist").new()

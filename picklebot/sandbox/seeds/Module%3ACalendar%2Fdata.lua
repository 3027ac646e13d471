-- Shows: data are no tester, although this is Lua and a subpage.
return { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

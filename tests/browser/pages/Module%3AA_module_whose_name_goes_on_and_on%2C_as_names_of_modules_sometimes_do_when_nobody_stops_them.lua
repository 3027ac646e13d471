-- Has long names.
return require( 'Module:Sum' )

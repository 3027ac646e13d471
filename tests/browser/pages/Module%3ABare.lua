-- Has no documentation.
return require( 'Module:Sum' )

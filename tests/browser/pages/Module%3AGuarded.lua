-- Its documentation is protected.
return require( 'Module:Sum' )

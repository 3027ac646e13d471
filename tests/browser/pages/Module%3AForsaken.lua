-- Loses its tests.
return require( 'Module:Sum' )

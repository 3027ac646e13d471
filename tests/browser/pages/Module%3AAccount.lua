-- Keeps an account.
return require( 'Module:Sum' )

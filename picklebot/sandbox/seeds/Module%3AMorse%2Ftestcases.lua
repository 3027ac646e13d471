-- Shows: a suite of a Wiktionary's framework, made by a driver: nothing here names the framework. State: good.
return require( 'Module:Morse/testcases/driver' )( require( 'Module:Morse' ).tr, {
	'letters',
	{ 'e', '·' },
	{ 't', '−' },
	'words',
	{ 'sent', '··· · −· −' },
} )

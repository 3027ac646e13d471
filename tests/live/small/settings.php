<?php
// Logins are many, and their passwords well known.
$wgPasswordConfig['pbkdf2']['cost'] = '1';
// Nothing is put right behind the bot's back: what a page view would leave to the job queue is not done at all.
$wgJobRunRate = 0;

// A test changes settings of the running wiki with a file that every request reads anew.
$changed = __DIR__ . '/changed.json';
$changed = is_file( $changed ) ? json_decode( file_get_contents( $changed ), true ) : [];
if ( isset( $changed['extensions'] ) ) {
	ExtensionRegistry::getInstance()->clearQueue();
	wfLoadExtensions( $changed['extensions'] );
	wfLoadSkin( 'Vector' );
	unset( $changed['extensions'] );
}
foreach ( $changed as $name => $value ) {
	$GLOBALS[$name] = $value;
}

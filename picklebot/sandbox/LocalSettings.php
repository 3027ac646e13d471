<?php
// A wiki for loopback, made by picklebot. What differs from sandbox to sandbox is in state.json beside this file;
// it is read anew by every request, so that a reset needs no restart.

if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}

$sandbox = json_decode( file_get_contents( __DIR__ . '/state.json' ), true );
$sandboxData = __DIR__ . '/data/' . $sandbox['wiki_id'];

$wgSitename = 'Picklebot sandbox';
$wgMetaNamespace = 'Project';
$wgLanguageCode = 'en';
$wgLocaltimezone = 'UTC';
$wgServer = "http://127.0.0.1:{$sandbox['port']}";
$wgScriptPath = '';
$wgArticlePath = '/index.php?title=$1';
$wgUsePathInfo = false;
$wgExtensionDirectory = "{$sandbox['tree']}/{$sandbox['extensions']}";
$wgExtensionAssetsPath = "/{$sandbox['extensions']}";
$wgUploadDirectory = __DIR__ . '/images';
$wgTmpDirectory = __DIR__ . '/tmp';
$wgSecretKey = hash( 'sha256', __DIR__ );
$wgUpgradeKey = substr( $wgSecretKey, 0, 16 );

// The wiki's id names its database, the cookies and every key of a cache: nothing outlives a reset.
$wgDBtype = 'sqlite';
$wgDBname = $sandbox['wiki_id'];
$wgSQLiteDataDir = $sandboxData;
$sandboxDatabase = static fn ( string $name ) => [
	'type' => 'sqlite',
	'dbname' => $name,
	'tablePrefix' => '',
	// A sandbox may be lost with the power, so it need not wait for the disk.
	'variables' => [ 'synchronous' => 'OFF' ],
	'dbDirectory' => $sandboxData,
	// SQLite refuses at once where two readers both want to write. So nothing reads in a transaction that it did not
	// ask for, and one that is asked for waits for its turn to write at its beginning.
	'trxMode' => 'IMMEDIATE',
	'flags' => 0,
];
$wgDBservers = [ [ 'load' => 1 ] + $sandboxDatabase( $wgDBname ) ];
$wgJobTypeConf['default'] = [
	'class' => 'JobQueueDB',
	'claimTTL' => 3600,
	'server' => $sandboxDatabase( 'jobqueue' ),
];
$wgObjectCaches[CACHE_DB] = [
	'class' => SqlBagOStuff::class,
	'loggroup' => 'SQLBagOStuff',
	'server' => $sandboxDatabase( 'wikicache' ),
];
$wgResourceLoaderUseObjectCacheForDeps = true;
$wgMainCacheType = CACHE_ACCEL;
$wgMessageCacheType = CACHE_ACCEL;
$wgParserCacheType = CACHE_ACCEL;
$wgSessionCacheType = CACHE_ACCEL;
$wgCacheDirectory = __DIR__ . '/cache';
$wgLocalisationCacheConf['store'] = 'array';

$wgShowExceptionDetails = true;
$wgEnableEmail = false;
$wgEnableUploads = false;
$wgUseInstantCommons = false;
$wgPingback = false;
// A pickle of our own instead of MediaWiki's request for a logo.
$sandboxLogo = 'data:image/svg+xml;base64,' . base64_encode(
	'<svg xmlns="http://www.w3.org/2000/svg" width="135" height="135" viewBox="0 0 135 135">' .
	'<g transform="rotate(35 67 67)" stroke="#38602a" stroke-width="4" stroke-linecap="round">' .
	'<ellipse cx="67" cy="67" rx="27" ry="58" fill="#6ca14c"/>' .
	'<path d="M57 40v1M76 33v1M67 60v1M55 76v1M78 84v1M66 98v1M79 57v1"/></g></svg>'
);
$wgLogos = [ '1x' => $sandboxLogo, 'icon' => $sandboxLogo ];
$wgRightsText = 'Public domain';

wfLoadSkin( 'Vector' );
$wgDefaultSkin = 'vector';
wfLoadExtensions( [ 'ParserFunctions', 'Scribunto' ] );
$wgScribuntoDefaultEngine = 'luasandbox';
$wgNamespacesWithSubpages[828] = true;
$wgNamespacesWithSubpages[829] = true;
// As on most wikis that have bots: nothing makes them wait.
$wgGroupPermissions['bot']['noratelimit'] = true;

if ( file_exists( __DIR__ . '/extra-settings.php' ) ) {
	require __DIR__ . '/extra-settings.php';
}

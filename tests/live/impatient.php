<?php
// Logins are many, and their passwords well known.
$wgPasswordConfig['pbkdf2']['cost'] = '1';
// An endless loop need not be long.
$wgScribuntoEngineConf['luasandbox']['cpuLimit'] = 2;

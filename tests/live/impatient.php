<?php
// An endless loop need not be long.
$wgScribuntoEngineConf['luasandbox']['cpuLimit'] = 2;

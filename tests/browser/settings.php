<?php
wfLoadSkin( 'MinervaNeue' );
$wgVectorNightMode = [ 'logged_out' => true, 'logged_in' => true, 'beta' => true ];
// Readers find all but the changes of this minute.
$wgJobRunRate = 0;

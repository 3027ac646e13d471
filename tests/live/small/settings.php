<?php
// Nothing is put right behind the bot's back: what a page view would leave to the job queue is not done at all.
$wgJobRunRate = 0;

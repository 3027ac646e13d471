-- Shows: translations are no tester.
return {
	en = { 'January', 'February', 'March' },
	da = { 'januar', 'februar', 'marts' },
}

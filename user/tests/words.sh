# How the shell reads its commands: words, quotes, comments, several a line.
echo   two   words
echo 'single  quotes' "double  quotes" mixed' and 'joined"  all"
echo back\ slash \' \" \\ \# 'no \ escape'
echo a#b '#c' # a comment
echo one; echo two;echo three
;; ; echo after empty commands
echo "" '' ends
	echo a tab first
echo 'a ; b' "c # d"
help
nosuchprogram
echo "open quote
echo the shell goes on after it

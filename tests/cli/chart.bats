# Charts, drawn by the functions that the commands call, from fixed numbers.

load lib

setup_file()
{
	export DRAW=${HLLM%/*}/tests/cli/draw
	# the charset of a terminal that shows more than ASCII
	export UTF8=C.UTF-8
}

draw()
{
	status=0
	"$DRAW" "$@" >out 2>err || status=$?
}

# drawn ARGUMENT... - draws, without any message.
drawn()
{
	draw "$@"
	[ "$status" = 0 ] && err_is ""
}

need_gnuplot()
{
	command -v gnuplot >/dev/null || skip "no gnuplot here"
}

# fake NAME... - a PATH whose gnuplot is the script on standard input.
fake()
{
	mkdir -p fake
	{
		echo '#!/bin/sh'
		cat
	} >fake/gnuplot
	chmod +x fake/gnuplot
	PATH=$PWD/fake:$PATH
}

@test "a chart in characters is what people can read, with and without UTF-8, wide and narrow" {
	LC_ALL=$UTF8 drawn crossing -
	golden chart/crossing.text
	LC_ALL=$UTF8 drawn tornado -
	golden chart/tornado.text
	LC_ALL=$UTF8 drawn never -
	golden chart/never.text
	drawn crossing -
	golden chart/crossing.ascii
	drawn tornado -
	golden chart/tornado.ascii
	LC_ALL=$UTF8 COLUMNS=50 drawn crossing -
	golden chart/crossing.text50
	LC_ALL=$UTF8 COLUMNS=50 drawn tornado -
	golden chart/tornado.text50
	for chart in days months credits; do
		LC_ALL=$UTF8 drawn $chart -
		golden chart/$chart.text
	done
	drawn days -
	golden chart/days.ascii
	drawn months -
	golden chart/months.ascii
	LC_ALL=$UTF8 COLUMNS=60 drawn months -
	golden chart/months.text60
	LC_ALL=$UTF8 drawn crossing crossing.txt
	golden chart/crossing.text crossing.txt
	out_is ""
}

@test "no line is wider than the terminal" {
	for columns in 30 40 64 80 99 140; do
		for chart in crossing tornado days months credits; do
			COLUMNS=$columns LC_ALL=$UTF8 drawn $chart -
			[ "$(wc -L <out)" -le "$columns" ]
		done
	done
}

@test "gnuplot draws SVG, PNG and PDF, with every label" {
	need_gnuplot
	for chart in crossing tornado days months credits; do
		for format in svg png pdf; do
			drawn $chart $chart.$format
			out_is ""
		done
	done
	python3 "$TESTDIR/cli/chart.py" labels crossing.svg "Two RTX 4090 pay off after 9.4 months" \
		"stay on the API" "own hardware" "(2 × RTX 4090)" "months from the purchase" \
		"cumulative cost, USD" '$2k' '$10k' 24 "end of the warranty" "pays off after 9.4" \
		"months (7.1 to 14)"
	python3 "$TESTDIR/cli/chart.py" labels tornado.svg "input at its low" "input at its high" \
		"as planned: 9.4" "share of requests moved" "60 %: never" "100 %" '$0.12/kWh' '$0.40/kWh' \
		"idle watts" 15 60 "months to break-even"
	python3 "$TESTDIR/cli/chart.py" labels days.svg "spend a day" '$0' '$35' "5 Oct 2026" "26 Oct" \
		"day (UTC)" "budget: \$600 a" "month, \$20 a day"
	python3 "$TESTDIR/cli/chart.py" labels months.svg "Jan 2024" Apr Oct "Jan 2026" "uncached input" \
		"cache read" output "tokens a month"
	[ "$(head -c 4 crossing.png | tail -c 3)" = PNG ]
	[ "$(head -c 5 tornado.pdf)" = %PDF- ]
	drawn crossing upper.SVG
	cmp crossing.svg upper.SVG
}

@test "a picture is the same each time, whatever the user's gnuplot is set to" {
	need_gnuplot
	drawn crossing once.svg
	echo 'set title "mine"' >.gnuplot
	GNUTERM=dumb drawn crossing twice.svg
	cmp once.svg twice.svg
}

@test "texts of others are harmless in a picture and in characters" {
	cp "$TESTDIR/data/evil.txt" names
	"$DRAW" tornado-evil - <names >out
	python3 "$TESTDIR/cli/chart.py" text out names
	"$DRAW" crossing-evil - <names >out
	python3 "$TESTDIR/cli/chart.py" text out /dev/null
	"$DRAW" months-evil - <names >out
	python3 "$TESTDIR/cli/chart.py" text out /dev/null
	need_gnuplot
	"$DRAW" tornado-evil evil.svg <names
	python3 "$TESTDIR/cli/chart.py" evil evil.svg names
	# titles, labels of axes, names of lines, markers and rules
	split -l 12 names part-
	for part in part-??; do
		for chart in crossing months; do
			"$DRAW" $chart-evil "$part-$chart.svg" <"$part"
		done
	done
	python3 "$TESTDIR/cli/chart.py" harmless part-*.svg
	! ls | grep -q canary
}

@test "another ending is refused and says which there are" {
	draw crossing picture.gif
	[ "$status" = 2 ]
	err_is "hllm: --chart: picture.gif: no such kind of picture; expected a name that ends in .svg, .png, .pdf or .txt, or - for the terminal"
	draw crossing .svg
	[ "$status" = 2 ]
	draw crossing svg
	[ "$status" = 2 ]
}

@test "without gnuplot the chart is there in characters, and the file stays as it was" {
	echo old >picture.svg
	PATH=/nonexistent draw crossing picture.svg
	[ "$status" = 1 ]
	err_is "hllm: picture.svg: gnuplot: not found in PATH; install it (the package gnuplot-nox of Debian and Ubuntu); here is the chart in characters"
	# an answer stands above it
	same "$(head -n 1 out)" ""
	same "$(tail -n +2 out)" "$(cat "$TESTDIR/cli/chart/crossing.ascii")"
	[ "$(cat picture.svg)" = old ]
	PATH=/nonexistent draw crossing -
	[ "$status" = 0 ]
	golden chart/crossing.ascii
}

@test "a gnuplot that fails is quoted, and the old file stays" {
	echo old >picture.png
	fake <<-'SCRIPT'
		cat >/dev/null
		printf '\ngnuplot> plot x\n         ^\n         line 7: undefined \033[31mx\n' >&2
		echo half a picture
		exit 3
	SCRIPT
	draw tornado picture.png
	[ "$status" = 1 ]
	err_is 'hllm: picture.png: gnuplot: failed with status 3: plot x; line 7: undefined \x1b[31mx'
	[ "$(cat picture.png)" = old ]
	[ "$(ls)" = "$(printf '%s\n' err fake out picture.png)" ]
}

@test "a gnuplot without a terminal says which formats it has" {
	fake <<-'SCRIPT'
		cat >/dev/null
		echo 'hllm-terminals  dumb svg pngcairo xterm ' >&2
	SCRIPT
	draw tornado picture.pdf
	[ "$status" = 1 ]
	err_is "hllm: picture.pdf: gnuplot: this one cannot draw pdf (it has no terminal pdfcairo), only svg and png"
	fake <<-'SCRIPT'
		cat >/dev/null
		echo 'hllm-old 4.6' >&2
	SCRIPT
	draw tornado picture.pdf
	err_is "hllm: picture.pdf: gnuplot: version 4.6 is too old, expected 5.2 or later"
}

@test "a real gnuplot is asked for its terminals before it sees any text" {
	need_gnuplot
	real=$(command -v gnuplot)
	fake <<-SCRIPT
		sed 's/ pdfcairo / nosuch /' | $real "\$@"
	SCRIPT
	draw tornado picture.pdf
	has err "this one cannot draw pdf"
	lacks err "share of requests"
}

@test "what cannot be written leaves the old file as it was" {
	need_gnuplot
	mkdir folder
	echo old >folder/picture.svg
	draw crossing gone/picture.svg
	[ "$status" = 1 ]
	err_is "hllm: gone/picture.svg: No such file or directory"
	ln -s /dev/full full.svg
	draw crossing full.svg
	[ "$status" = 1 ]
	err_is "hllm: full.svg: No space left on device"
	[ -L full.svg ]
	(ulimit -f 4 && draw crossing folder/picture.svg && [ "$status" = 1 ])
	[ "$(cat folder/picture.svg)" = old ]
	[ "$(ls folder)" = picture.svg ]
}

@test "the user's own look takes the place of the shipped one" {
	need_gnuplot
	mkdir -p .config/hllm/gnuplot
	sed 's/#0072b2/#123456/' "$HLLM_DATA_DIR/gnuplot/common.gp" >.config/hllm/gnuplot/common.gp
	drawn crossing mine.svg
	has mine.svg "rgb( 18,  52,  86)"
	echo 'plot nonsense(1)' >.config/hllm/gnuplot/lines.gp
	draw crossing mine.svg
	[ "$status" = 1 ]
	has err "mine.svg: gnuplot: failed with status 1: line "
	has err "undefined function: nonsense"
	lacks err warning
}

@test "an emitted script draws the same picture again, and can be changed" {
	need_gnuplot
	drawn crossing - emitted
	same "$(ls emitted)" "$(printf '%s\n' breakeven-data.gp breakeven.gp)"
	cd emitted
	gnuplot -d breakeven.gp 2>/dev/null
	drawn crossing again.svg
	# hllm adds a title, a description and bold letters
	same "$(grep -v -e '<title>' -e '<desc>' breakeven.svg)" \
		"$(sed -e '/<title>/d; /<desc>/d; s/ font-weight="bold"//' again.svg)"
	has again.svg 'font-weight="bold"'
	sed -i 's/^format = "svg"/format = "pdf"/' breakeven.gp
	gnuplot -d breakeven.gp
	[ "$(head -c 5 breakeven.pdf)" = %PDF- ]
}

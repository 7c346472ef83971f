# Lines with bands: drawn after common.gp.

do for [i = 1:|$ticks|] {
	tick = real(word($ticks[i], 2))
	if (word($ticks[i], 1) eq "y") {
		set arrow from graph 0,first tick to graph 1,first tick nohead back linewidth 1 linecolor rgb (tick == 0 ? axis_ink : grid_ink)
	} else {
		set arrow from first tick,graph 0 to first tick,graph 1 nohead back linewidth 1 linecolor rgb grid_ink
	}
}
set arrow from graph 0,graph 0 to graph 1,graph 0 nohead linewidth 1 linecolor rgb axis_ink

do for [i = 1:|$rules|] {
	rule = real(word($rules[i], 2))
	if (word($rules[i], 1) eq "x") {
		set arrow from first rule,graph 0 to first rule,graph 1 nohead linewidth 1.5 dashtype (6, 5) linecolor rgb axis_ink
	} else {
		set arrow from graph 0,first rule to graph 1,first rule nohead linewidth 1.5 dashtype (6, 5) linecolor rgb axis_ink
	}
}

# From a marker down to the axis, and how far it may lie to both sides.
do for [i = 2:|$markers|] {
	mark_x = real(word($markers[i], 1))
	mark_y = real(word($markers[i], 2))
	set arrow from first mark_x,first mark_y to first mark_x,graph 0 nohead front linewidth 1.2 dashtype (2, 4) linecolor rgb ink(0)
	set arrow from first real(word($markers[i], 3)),graph 0 to first real(word($markers[i], 4)),graph 0 nohead front linewidth 5 linecolor rgb ink(0)
}

of(n, value) = column(1) == n ? value : NaN
plot \
	for [n = series:1:-1] $bands using (of(n, $2)):3:4 with filledcurves fillstyle transparent solid 0.15 noborder fillcolor rgb ink(2 + n), \
	for [n = series:1:-1] $lines using (of(n, $2)):3 with lines linewidth 2.5 linecolor rgb ink(2 + n), \
	$markers using 1:2 with points pointtype 7 pointsize 1.3 linecolor rgb "#ffffff", \
	$markers using 1:2 with points pointtype 7 pointsize 0.9 linecolor rgb ink(2)

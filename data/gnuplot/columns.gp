# Columns over time, on each other where there are several series: drawn after common.gp.

do for [i = 1:|$ticks|] {
	tick = real(word($ticks[i], 2))
	if (word($ticks[i], 1) eq "y") {
		set arrow from graph 0,first tick to graph 1,first tick nohead back linewidth 1 linecolor rgb (tick == 0 ? axis_ink : grid_ink)
	} else {
		# no lines through columns: a tick below that which begins here
		set arrow from first tick,graph 0 to first tick,graph -0.014 nohead linewidth 1 linecolor rgb axis_ink
	}
}
set arrow from graph 0,graph 0 to graph 1,graph 0 nohead front linewidth 1 linecolor rgb axis_ink

do for [i = 1:|$rules|] {
	rule = real(word($rules[i], 2))
	if (word($rules[i], 1) eq "x") {
		set arrow from first rule,graph 0 to first rule,graph 1 nohead front linewidth 1.5 dashtype (6, 5) linecolor rgb ink(0)
	} else {
		set arrow from graph 0,first rule to graph 1,first rule nohead front linewidth 1.5 dashtype (6, 5) linecolor rgb ink(0)
	}
}

of(n, value) = column(1) == n && column(6) == 0 ? value : NaN
# those of less than their whole time are lighter
partly(n, value) = column(1) == n && column(6) == 1 ? value : NaN
plot \
	for [n = 1:series] $columns using (of(n, 0.5 * ($2 + $3))):4:2:3:4:5 with boxxyerror fillstyle solid noborder linecolor rgb ink(2 + n), \
	for [n = 1:series] $columns using (partly(n, 0.5 * ($2 + $3))):4:2:3:4:5 with boxxyerror fillstyle transparent solid 0.45 noborder linecolor rgb ink(2 + n), \
	$ranges using 1:2:(0):($3 - $2) with vectors nohead linewidth 1.5 linecolor rgb ink(0)

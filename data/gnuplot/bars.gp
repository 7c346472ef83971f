# Bars from a middle: drawn after common.gp.

do for [i = 1:|$ticks|] {
	tick = real(word($ticks[i], 2))
	set arrow from first tick,graph 0 to first tick,graph 1 nohead back linewidth 1 linecolor rgb grid_ink
}
set arrow from graph 0,graph 0 to graph 1,graph 0 nohead back linewidth 1 linecolor rgb axis_ink

half = rows_a_bar * 0.31
do for [i = 1:|$bars|] {
	row = real(word($bars[i], 1))
	from = real(word($bars[i], 2))
	to = real(word($bars[i], 3))
	bar_ink = ink(int(word($bars[i], 4)))
	# what goes on beyond the axis ends in a point
	tip = int(word($bars[i], 5)) == 1 ? to + (x_high - x_low) * 0.01 : to
	set object i polygon from first from,first row - half to first to,first row - half to first tip,first row to first to,first row + half to first from,first row + half to first from,first row - half front fillstyle solid noborder fillcolor rgb bar_ink
}
set arrow from first middle,graph 0 to first middle,graph 1 nohead front linewidth 1.5 linecolor rgb ink(0)

plot NaN notitle

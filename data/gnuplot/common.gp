# What all charts of hllm have in common: sizes, letters, colours, texts.
#
# A file of this name in ~/.config/hllm/gnuplot takes its place.  The data come before it; see
# them with --emit-gnuplot DIR.  gnuplot writes the picture to its standard output.

# Okabe and Ito (2008): colours that the colour-blind tell apart.  The first three are for texts.
ink(i) = word("#333333 #6b6b6b #111111 #0072b2 #d55e00 #009e73 #a8558a", i + 1)
grid_ink = "#e4e4e4"
axis_ink = "#9a9a9a"

pixels_wide = width * 8.4
pixels_high = height * 20
if (format eq "svg") {
	family = "sans-serif"
	set terminal svg size pixels_wide,pixels_high fixed noenhanced font family.",14" background "#ffffff"
}
if (format eq "png") {
	family = "Sans"
	set terminal pngcairo size dots*pixels_wide,dots*pixels_high noenhanced font family.",10.5" fontscale dots linewidth dots pointscale dots background "#ffffff"
}
if (format eq "pdf") {
	family = "Sans"
	set terminal pdfcairo size pixels_wide/100.0,pixels_high/100.0 noenhanced font family.",10" fontscale 0.75 background "#ffffff"
}

# A text is data: it is never evaluated, and nothing in it is markup.
written(i) = $texts[i][2:*]
role(i) = word($places[i], 1)
# gnuplot 5.4 has no bold letters in SVG; hllm itself puts them in, and says so by svg_bold.
bold = format ne "svg" || exists("svg_bold") ? ":Bold" : ""
style_of(i) = role(i) eq "title" ? family.bold : family
size_of(i) = (role(i) eq "title" ? 1.25 : role(i) eq "tick" || role(i) eq "subtitle" ? 0.93 : 1) * (format eq "svg" ? 14 : format eq "png" ? 10.5 : 10)

unset key
unset tics
unset border
set lmargin at screen plot_left
set rmargin at screen plot_right
set tmargin at screen plot_top
set bmargin at screen plot_bottom
set xrange [x_low:x_high] noextend
set yrange [y_low:y_high] noextend

do for [i = 1:|$texts|] {
	label_x = real(word($places[i], 2))
	label_y = real(word($places[i], 3))
	label_ink = ink(int(word($places[i], 5)))
	label_font = sprintf("%s,%.3g", style_of(i), size_of(i))
	if (word($places[i], 4) eq "left") {
		set label i written(i) at screen label_x,label_y left noenhanced front font label_font textcolor rgb label_ink
	}
	if (word($places[i], 4) eq "center") {
		set label i written(i) at screen label_x,label_y center noenhanced front font label_font textcolor rgb label_ink
	}
	if (word($places[i], 4) eq "right") {
		set label i written(i) at screen label_x,label_y right noenhanced front font label_font textcolor rgb label_ink
	}
	# the swatch of a key
	if (role(i) eq "key") {
		set object 1000 + i rectangle center screen label_x - 1.2 / width,label_y size screen 1.2 / width,0.6 / height fillstyle solid noborder fillcolor rgb label_ink
	}
}

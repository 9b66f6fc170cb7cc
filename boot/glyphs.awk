# Makes boot/glyphs.inc of drivers/font_art.c: the drawings of ASCII as bytes, for
# code that runs before there is a font.

BEGIN {
    abreast = 8 # as FONT_ART_ABREAST
    left = 95   # as FONT_ART_SPECIALS: the blank to the tilde
}

/^        "/ {
    line = $0
    gsub(/[",]/, "", line)
    split(line, dots, " ")
    for (i = 1; i <= abreast; i++) {
        gsub(/\./, "0", dots[i])
        gsub(/#/, "1", dots[i])
        rows[i] = rows[i] (rows[i] == "" ? "" : ", ") "0b" dots[i]
    }
}

/^    },/ {
    for (i = 1; i <= abreast && left > 0; i++) {
        print "    db " rows[i]
        left--
    }
    delete rows
}

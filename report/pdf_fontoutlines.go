package report

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// pdfDeepest is how deep glyphs may be made of glyphs that are made of glyphs.
const pdfDeepest = 8

// pdfCheckOutlines looks at the glyphs of a font that are made of others. The PDF library
// follows them without a bound, so that a font in which one is a part of itself would end
// the program in a way that nothing can catch.
func pdfCheckOutlines(tables map[string][]byte, count int) error {
	if len(tables["head"]) < 54 {
		return errors.New("the font is broken: its head is cut off")
	}
	o := pdfOutlines{glyf: tables["glyf"], loca: tables["loca"], count: count, depths: make([]int8, count)}
	o.long = binary.BigEndian.Uint16(tables["head"][50:]) != 0
	for glyph := range count {
		if _, err := o.depth(glyph, 0); err != nil {
			return fmt.Errorf("the font is broken: %w", err)
		}
	}
	return nil
}

// pdfOutlines are the outlines of a font, and how deep each is, plus one, once it is known.
type pdfOutlines struct {
	glyf, loca []byte
	long       bool
	count      int
	depths     []int8
}

func (o *pdfOutlines) depth(glyph, above int) (int, error) {
	if above > pdfDeepest {
		return 0, fmt.Errorf("glyph %d is part of itself, or of too many others", glyph)
	}
	if known := o.depths[glyph]; known > 0 {
		return int(known) - 1, nil
	}
	parts, err := o.parts(glyph)
	if err != nil {
		return 0, err
	}
	deep := 0
	for _, part := range parts {
		below, err := o.depth(part, above+1)
		if err != nil {
			return 0, err
		}
		deep = max(deep, below+1)
	}
	if deep > pdfDeepest {
		return 0, fmt.Errorf("glyph %d is made of too many others", glyph)
	}
	o.depths[glyph] = int8(deep + 1)
	return deep, nil
}

// parts are the glyphs that a glyph is made of; none where it has an outline of its own.
func (o *pdfOutlines) parts(glyph int) ([]int, error) {
	outside := fmt.Errorf("glyph %d lies outside of its table", glyph)
	var from, to int
	if o.long {
		if 4*glyph+8 > len(o.loca) {
			return nil, outside
		}
		from, to = int(binary.BigEndian.Uint32(o.loca[4*glyph:])), int(binary.BigEndian.Uint32(o.loca[4*glyph+4:]))
	} else {
		if 2*glyph+4 > len(o.loca) {
			return nil, outside
		}
		from, to = 2*int(binary.BigEndian.Uint16(o.loca[2*glyph:])), 2*int(binary.BigEndian.Uint16(o.loca[2*glyph+2:]))
	}
	if from > to || to > len(o.glyf) {
		return nil, outside
	}
	data := o.glyf[from:to]
	if len(data) == 0 {
		return nil, nil
	}
	if len(data) < 10 {
		return nil, outside
	}
	if data[0]&0x80 == 0 {
		return nil, nil
	}
	var parts []int
	for at, more := 10, true; more; {
		if at+4 > len(data) {
			return nil, fmt.Errorf("glyph %d is cut off", glyph)
		}
		flags, part := binary.BigEndian.Uint16(data[at:]), int(binary.BigEndian.Uint16(data[at+2:]))
		if part >= o.count {
			return nil, fmt.Errorf("glyph %d is made of one that does not exist", glyph)
		}
		parts = append(parts, part)
		at += 6
		if flags&0x0001 != 0 { // two words of arguments instead of two bytes
			at += 2
		}
		switch {
		case flags&0x0008 != 0: // one scale
			at += 2
		case flags&0x0040 != 0: // one for each direction
			at += 4
		case flags&0x0080 != 0: // a matrix
			at += 8
		}
		more = flags&0x0020 != 0
	}
	return parts, nil
}

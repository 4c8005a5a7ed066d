// Reads a log in a folder with Go's sumdb/note and sumdb/tlog: the checkpoint, every hash, every entry, every proof.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		// sumdb names the height in the path, C2SP does not.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		content, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		found = append(found, content)
	}
	return found, nil
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func entries(folder string, size int64) [][]byte {
	var all [][]byte
	for first := int64(0); first < size; first += 256 {
		tile := tlog.Tile{H: 8, L: -1, N: first / 256, W: 256}
		if size-first < 256 {
			tile.W = int(size - first)
		}
		path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
		content, err := os.ReadFile(filepath.Join(folder, path))
		check(err)
		for len(content) > 0 {
			length := int(binary.BigEndian.Uint16(content))
			all = append(all, content[2:2+length])
			content = content[2+length:]
		}
	}
	return all
}

func main() {
	folder, key := os.Args[1], os.Args[2]
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	check(err)
	verifier, err := note.NewVerifier(key)
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	var size int64
	_, err = fmt.Sscan(lines[1], &size)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	tree := tlog.Tree{N: size, Hash: root}
	reader := tlog.TileHashReader(tree, tiles{folder})
	all := entries(folder, size)
	if int64(len(all)) != size {
		check(fmt.Errorf("%d entries, expected %d", len(all), size))
	}
	for index := int64(0); index < size; index++ {
		proof, err := tlog.ProveRecord(size, index, reader)
		check(err)
		check(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(all[index])))
		earlier, err := tlog.TreeHash(index+1, reader)
		check(err)
		grown, err := tlog.ProveTree(size, index+1, reader)
		check(err)
		check(tlog.CheckTree(grown, size, root, index+1, earlier))
	}
	fmt.Printf("%s: %d entries, signed by %s\n", lines[0], size, opened.Sigs[0].Name)
}

// Reads an evidence bundle with Go's archive/zip, sumdb/note and sumdb/tlog: every leaf is in the log that signed.
package main

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	archive, err := zip.OpenReader(os.Args[1])
	check(err)
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	files := map[string][]byte{}
	var entries []string
	for _, file := range archive.File {
		reader, err := file.Open()
		check(err)
		files[file.Name], err = io.ReadAll(reader)
		check(err)
		if strings.HasSuffix(file.Name, "/entry") {
			entries = append(entries, strings.TrimSuffix(file.Name, "entry"))
		}
	}
	sort.Strings(entries)
	for _, leaf := range entries {
		head, signed, found := strings.Cut(string(files[leaf+"proof"]), "\n\n")
		lines := strings.Split(head, "\n")
		if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
			check(fmt.Errorf("%sproof has another form", leaf))
		}
		var index, size int64
		_, err := fmt.Sscanf(lines[1], "index %d", &index)
		check(err)
		var proof tlog.RecordProof
		for _, line := range lines[2:] {
			hash, err := tlog.ParseHash(line)
			check(err)
			proof = append(proof, hash)
		}
		opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
		check(err)
		state := strings.Split(opened.Text, "\n")
		_, err = fmt.Sscan(state[1], &size)
		check(err)
		root, err := tlog.ParseHash(state[2])
		check(err)
		check(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(files[leaf+"entry"])))
		fmt.Printf("leaf %d of %s\n", index, state[0])
	}
}

// Reads an evidence bundle with Go's sumdb/note and sumdb/tlog: read_bundle FILE KEY...
//
// KEYs are those that the reader has of logs and witnesses. Every leaf is in a log that signed, every witness cosigned
// it, every opening is its leaf's, and no byte is another than these files need. With -every-byte before FILE, each byte
// is changed in turn: what is accepted all the same is printed.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type manifest struct {
	Format    int               `json:"format"`
	About     string            `json:"about"`
	Log       string            `json:"log"`
	Also      []string          `json:"also,omitempty"`
	Witnesses []string          `json:"witnesses"`
	Files     map[string]string `json:"files"`
}

// witness verifies cosignature/v1 (C2SP tlog-cosignature), which sumdb/note does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string { return w.name }

func (w witness) KeyHash() uint32 { return w.hash }

func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(signature))
	return ed25519.Verify(w.key, append([]byte(head), text...), signature[8:])
}

func verifier(text string) (note.Verifier, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%q is no key", text)
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return note.NewVerifier(text)
	}
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if hex.EncodeToString(id[:4]) != parts[1] {
		return nil, fmt.Errorf("%q has another id than its key", text)
	}
	return witness{parts[0], binary.BigEndian.Uint32(id[:]), key[1:]}, nil
}

// zipped is the one zip of these files: sorted, stored, without times. It has to be the file that was read.
func zipped(files map[string][]byte) []byte {
	var content, directory bytes.Buffer
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	write := func(to *bytes.Buffer, fields ...any) {
		for _, field := range fields {
			binary.Write(to, binary.LittleEndian, field)
		}
	}
	for _, name := range names {
		data, offset := files[name], uint32(content.Len())
		size := uint32(len(data))
		common := []any{uint16(20), uint16(0), uint16(0), uint16(0), uint16(33), crc32.ChecksumIEEE(data), size, size,
			uint16(len(name)), uint16(0)}
		write(&content, append([]any{[]byte("PK\x03\x04")}, common...)...)
		content.WriteString(name)
		content.Write(data)
		write(&directory, append([]any{[]byte("PK\x01\x02"), uint16(3<<8 | 20)}, common...)...)
		write(&directory, uint16(0), uint16(0), uint16(0), uint32(0o100644<<16), offset)
		directory.WriteString(name)
	}
	number, size, at := uint16(len(names)), uint32(directory.Len()), uint32(content.Len())
	content.Write(directory.Bytes())
	write(&content, []byte("PK\x05\x06"), uint16(0), uint16(0), number, number, size, at, uint16(0))
	return content.Bytes()
}

func unzipped(content []byte) (map[string][]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			return nil, err
		}
		if files[file.Name], err = io.ReadAll(reader); err != nil {
			return nil, err
		}
	}
	if !bytes.Equal(zipped(files), content) {
		return nil, errors.New("the zip has other bytes than its files need")
	}
	return files, nil
}

func readManifest(files map[string][]byte) (manifest, error) {
	var found manifest
	content := files["bundle.json"]
	if err := json.Unmarshal(content, &found); err != nil {
		return found, err
	}
	var again bytes.Buffer
	encoder := json.NewEncoder(&again)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(found); err != nil {
		return found, err
	}
	if found.Format != 1 || !bytes.Equal(bytes.TrimSuffix(again.Bytes(), []byte("\n")), content) {
		return found, errors.New("bundle.json has another form")
	}
	if len(found.Files) != len(files)-1 {
		return found, errors.New("bundle.json names other files")
	}
	for name, stated := range found.Files {
		if sum := sha256.Sum256(files[name]); hex.EncodeToString(sum[:]) != stated {
			return found, fmt.Errorf("%s was changed", name)
		}
	}
	return found, nil
}

// prove says in which log a leaf is, and under which key: the one that its checkpoint names, cosigned by all witnesses.
func prove(entry []byte, proof string, known note.Verifiers, witnesses []string) (string, string, error) {
	head, signed, found := strings.Cut(proof, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", "", errors.New("a proof has another form")
	}
	var index, size int64
	if _, err := fmt.Sscanf(lines[1], "index %d", &index); err != nil {
		return "", "", err
	}
	var hashes tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", "", err
		}
		hashes = append(hashes, hash)
	}
	opened, err := note.Open([]byte(signed), known)
	if err != nil {
		return "", "", err
	}
	state := strings.Split(opened.Text, "\n")
	if _, err = fmt.Sscan(state[1], &size); err != nil {
		return "", "", err
	}
	root, err := tlog.ParseHash(state[2])
	if err != nil {
		return "", "", err
	}
	if err = tlog.CheckRecord(hashes, size, root, index, tlog.RecordHash(entry)); err != nil {
		return "", "", err
	}
	var log string
	var cosigned []string
	for _, signature := range opened.Sigs {
		name := fmt.Sprintf("%s+%08x", signature.Name, signature.Hash)
		if signature.Name == state[0] && !has(witnesses, name) {
			log = name
		}
		cosigned = append(cosigned, name)
	}
	for _, one := range witnesses {
		if !has(cosigned, one) {
			return "", "", fmt.Errorf("not cosigned by %s", one)
		}
	}
	if log == "" {
		return "", "", fmt.Errorf("not signed by %s", state[0])
	}
	return log, fmt.Sprintf("leaf %d of %s", index, state[0]), nil
}

func has(all []string, one string) bool {
	for _, other := range all {
		if other == one {
			return true
		}
	}
	return false
}

// id is a verifier key without its last part: name and id.
func id(key string) string { return strings.Join(strings.SplitN(key, "+", 3)[:2], "+") }

func read(content []byte, keys []string) ([]string, error) {
	files, err := unzipped(content)
	if err != nil {
		return nil, err
	}
	stated, err := readManifest(files)
	if err != nil {
		return nil, err
	}
	var verifiers []note.Verifier
	var logs, witnesses, used, told []string
	for _, key := range append(append([]string{stated.Log}, stated.Also...), stated.Witnesses...) {
		one, err := verifier(key)
		if err != nil {
			return nil, err
		}
		if !has(keys, key) {
			return nil, fmt.Errorf("the reader does not know the key %s", key)
		}
		verifiers = append(verifiers, one)
		if _, is := one.(witness); is {
			witnesses = append(witnesses, id(key))
		} else {
			logs = append(logs, id(key))
		}
	}
	if len(logs) != 1+len(stated.Also) {
		return nil, errors.New("a witness is named as a log, or a log as a witness")
	}
	for number := 0; ; number++ {
		folder := fmt.Sprintf("leaves/%03d/", number)
		entry, found := files[folder+"entry"]
		if !found {
			break
		}
		log, line, err := prove(entry, string(files[folder+"proof"]), note.VerifierList(verifiers...), witnesses)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		var leaf struct{ Commitment []byte }
		if err := json.Unmarshal(entry, &leaf); err != nil {
			return nil, err
		}
		if opening, found := files[folder+"opening"]; found {
			if sum := sha256.Sum256(opening); !bytes.Equal(sum[:], leaf.Commitment) {
				return nil, fmt.Errorf("%sopening is another leaf's", folder)
			}
		}
		hash := tlog.RecordHash(entry)
		if number == 0 && hex.EncodeToString(hash[:]) != stated.About {
			return nil, errors.New("the first leaf is not the one that the bundle is about")
		}
		if !has(used, log) {
			used = append(used, log)
		}
		told = append(told, line)
	}
	if strings.Join(used, " ") != strings.Join(logs, " ") {
		return nil, errors.New("the bundle names other logs than its leaves are in")
	}
	return told, nil
}

func main() {
	arguments := os.Args[1:]
	everyByte := arguments[0] == "-every-byte"
	if everyByte {
		arguments = arguments[1:]
	}
	content, err := os.ReadFile(arguments[0])
	var told []string
	if err == nil {
		told, err = read(content, arguments[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, line := range told {
		fmt.Println(line)
	}
	for at := range content {
		if !everyByte {
			break
		}
		content[at] ^= 1 << (at % 8)
		if _, err := read(content, arguments[1:]); err == nil {
			fmt.Println("not noticed: byte", at)
		}
		content[at] ^= 1 << (at % 8)
	}
}

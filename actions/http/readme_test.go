package http_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The README quotes the examples that the tests run, to the letter.
func TestReadmeQuotes(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) != 5 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(readme), "```yaml\n"+string(text)+"```\n") {
			t.Errorf("README.md does not quote %s as it is", name)
		}
	}
}

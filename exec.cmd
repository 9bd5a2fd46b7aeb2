@rem The npm scripts begin with `exec`, so that a signal to npm reaches the program and not a shell in front of it.
@rem cmd.exe has no such word: this lends it one.
@%*

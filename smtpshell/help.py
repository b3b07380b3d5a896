"""What `smtpshell --help` prints, made beforehand: click takes longer to import than to read.

A test holds it equal to what click makes of the options.
"""

TEXT = """\
Usage: smtpshell [OPTIONS] [COMMAND] [ARGS]...

  Learn SMTP by hand. Without a command it opens the practice server.

Options:
  --version                       Show the version and exit.
  --personality NAME              Practice: the server to talk to, such as
                                  exim-like.
  --scenario NAME                 Practice: the house it serves, such as dns-
                                  town.
  --folder DIR                    Practice: personalities, scenarios of yours.
  --lang CODE                     Language of the words, such as de.
  --plain                         Linear text, for screen readers.
  --theme [dark|light|mono|high-contrast]
                                  Colours; NO_COLOR means mono.
  --verbosity [normal|teach|exam]
                                  Notes that fade, notes always in full, or
                                  none.
  --notes / --no-notes            Explanations under the dialogue.
  --transcript FILE               Keep the transcript there, not in your own
                                  folder.
  --no-transcript                 Keep none.
  --stop-on-error                 Script: stop at the first 4yz or 5yz.
  --timeout SECONDS               Script: how long each whole reply may take.
  --insecure-auth                 Script: logins may go out in clear.
  --accept-bad-certificate        Script: go on although the certificate was
                                  not verified.
  -h, --help                      Show this message and exit.

Commands:
  compare  Say the same lines to several servers; show where they differ.
  connect  Talk to a real server.
  dict     Say what WORD means: a verb, a code, a keyword, a parameter, a...
  dns      Say what DNS says about the mail of DOMAIN.
  explain  Explain lines of a dialogue, piece by piece.
  learn    Take the course: lessons that look at what you have achieved.
  lesson   Write lessons: list them, check them, play them.
  replay   Show a transcript again, with today's notes.
  serve    Run the practice server for any client.

  Without a terminal on standard input, lines come from there: the dialogue and its notes go to
  standard output, and the exit status says what became of the mail (`smtpshell connect --help`).

  Completion: eval "$(_SMTPSHELL_COMPLETE=bash_source smtpshell)"; also zsh_source, fish_source.
"""

"""Saved sessions: a journal written while rounds run, read back, replayed, listed, found.

Promises: what happened is on disk at the latest a quarter of a second later and a finished run is
fsynced; nothing is ever overwritten; a damaged file gives back every undamaged line; what we do
not understand is kept; reading never writes. This room knows neither the network nor the engine.

The file
========

`<UTC time>-<name>.jsonl`, mode 0600, append-only: one JSON object a line, UTF-8, split at LF only
(U+2028 and its like stand inside strings). Whoever writes it holds a lock on it. From 64 KiB on it
is compressed once it is closed, to `<UTC time>-<name>.jsonl.gz`: gzip members one after the other,
the last of which may be lines added since. The key that a line has of these says what it is:

`format`    first line, the manifest: "workbench-session"; `version` (1), `app_version`, `created`
            (UTC, ISO 8601), `catalog_as_of` (date of the prices known then), `name`; `account`,
            which tells one key from another without telling it (absent without a key);
            `imported`, where it was made of another program's records: `from` (its name), `key`
            (its id there), `file` (the name of the file)
`round`     a round begins: its number in this file, and the fields of `RoundInfo`. Where that has
            `redacted` or `redacted_tools`, values of these variables, and what tools were given
            and gave, stand as `[redacted]` wherever they occurred
`run`       a planned run: its number in this file, `in` (the number of its round), its identity
            (`run_id`, `round_id`, `variant`, `case`, `repeat`, `provider`, `model`, `simulated`),
            and its request as sent: `request`, the body, whose compact JSON is the exact text
            sent; or `request_text`, that text, where it was written in another way;
            `api_version`, where it was sent to another than the round's; `values`, what filled
            the variables of this run alone; `cost_usd`, in an imported session only: what it
            cost, a decimal string, null where nobody told
`about`     what somebody says, `when`, of the round or run `of` (its id; absent: of the session):
            `title`, `note`, `tags` (all of them), `archived`, `pinned`, `rating` (1 to 5), `good`
            (whether a person lets it pass), `grade` (what its checks came to); what is said later
            holds, and null takes a rating back. `vote`, of a round, adds one: the runs `a` and `b`,
            what `won` ("a", "b", "tie", "bad"); `judge` (a model's id; absent where a person
            voted), `again` (true of a pair voted on before), `left` ("a" or "b"), `note`; `unvote`
            takes the last one of a person back
`source`    in an imported session: all else that was recorded of the run `of`, as it came, and
            under `key` its id there. We read no more of it than that: it is kept as unknown
`r`         something happened to run number `r` (its id, if it was never planned), `at`
            milliseconds after its round began; what it was is said by one more key:
  `text`, `thinking` or `partial_json`   deltas of that kind, joined: of block `b` (0 if absent),
            coming as `d` says (if absent: in one piece)
  `event`   any other event, as the provider wrote it; `as` names our class for it where the
            JSON alone would be read as another
  `sent`    the request left; the number of the try
  `head`    `status` and `headers` of the answer
  `discarded`   a try was refused and another follows: the problem; `wait_s`
  `closed`  nothing more will come: how; `problem`. Lines of this kind begin with this key, so
            that a reader who wants only the ends may skip every line that begins with `{"r":`
`tie`       beside `at`: how many events of the round came before it in the same millisecond (0 if
            absent). Sorted by (`at`, `tie`), events are in the order in which they happened, in
            whatever order their lines stand.

`d` holds two words, or three, with a number in each for every delta: its length in characters
(code points); the milliseconds since the delta before it in the line (0 for the first); by how
much its tie is greater than expected: than 0 or, in the millisecond of the delta before it, than
that one's plus one. The third word is left out where all are 0. Numbers are written in base 32,
lowest digit first, as in source maps: A-Z a-f are the digits 0 to 31 where a number ends, g-z 0-9
+ / the same digits where it goes on. So `EED AKoB` is three deltas of 4, 4 and 3 characters,
the second 10 ms after the first, the third 8 + 1 * 32 = 40 ms after the second.

A line whose keys or values are not understood is kept as it is (`Session.unknown`,
`SavedRound.unknown`). A lone surrogate is written as its JSON escape; only a string in which two
halves of a pair stand side by side unpaired, which no JSON can bring about, makes its line not
valid UTF-8: it then holds the two surrogates in three bytes each.
"""

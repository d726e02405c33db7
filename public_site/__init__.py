"""The public door: read-only, for everyone, looked at by an old neighbour on a phone.

- It can read what is on the notice board and the log, and nothing else. There is nothing to hide here, because
  nothing else can be reached; a test names the tables that its queries touch.
- Stored bytes are served as they are. A page is drawn from a notice's sealed bytes; every figure on it carries the
  place in those bytes where it stands (`sealed_figures`), so that the reader's browser can compare the page with them.
- A figure that no notice has yet has to be published first: of what holds today (the open tickets are there) it begins in
  `ledger.disclosure.standing_notice_queries` and is shown in ``templates/public/today``; of a half-year in
  `ledger.disclosure.accounts_queries`, shown by ``templates/public/accounts.html``.
- The names of figures and the words for codes are drawn from the notice too (its ``labels``), each with its place, so
  that a word which changes later never stands under an older notice; only bodies of format 1, which bring none, are
  shown in today's words. Headings and explanations are the page's own and no part of what is sealed.
- The reader's browser does the proving (``static/verify.mjs``). It remembers each community's key and the longest
  log it has seen, and takes a head from the paper that is put up on site out of the address's fragment, which no
  server gets to see: ``#paper=<size>.<root in hexadecimal>[.<fingerprint of the key>]``.
- The addresses of one version never change their bytes and may be kept for ever; those without a version follow
  the newest; what belongs to the log's end is asked for again each time, so that no cache plays the rollback.
- Language and type size are cookies set by plain links; nothing here needs a script but the proving.
- A counted cell that is hidden says both of its possible reasons (few, or hidden so that few cannot be worked
  out): to say "under five" of the second kind would be untrue.
"""

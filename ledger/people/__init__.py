"""人员: who signs in, with what, from where; slips that let somebody in; and what is remembered of it."""

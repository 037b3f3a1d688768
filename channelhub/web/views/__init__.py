"""What the API shows of each thing: one struct per document, and how it is made. Ids are strings: 64 bits don't
fit the numbers of JavaScript."""

// Stands in for Kit's `devalue` in the browser. That library carries Dates, Maps, cycles and the like from Kit's
// own server and in the state of the history; this site has no such server and keeps no such state, so plain
// JSON says all there is to say, and every reader is spared what it weighs.
export const stringify = (value) => JSON.stringify(value);
export const parse = (text) => JSON.parse(text);
export const unflatten = (value) => value;
export const uneval = stringify;
export const stringifyAsync = async (value) => stringify(value);

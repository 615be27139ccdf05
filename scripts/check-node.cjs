// Loaded before anything else, in the syntax of any Node: a Node that is too old is told so in one
// line instead of failing somewhere in the middle.
var wanted = [20, 11];
var found = process.versions.node.split('.').map(Number);
if (found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1])) {
  process.stderr.write(
    'Wardrobe needs Node ' +
      wanted.join('.') +
      ' or newer; this is ' +
      process.versions.node +
      '\n',
  );
  process.exit(1);
}

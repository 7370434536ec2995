/** How the topology of `exampleSnapshots` is printed. */
export const TREE = [
  'db1:3306     [0s,ok,8.0.36,rw,ROW,>>,GTID,semi:master]',
  '+ db2:3306   [0s,ok,8.0.36,ro,ROW,>>,GTID]',
  '  + db4:3306 [3s,ok,8.0.36,ro,ROW,>>,GTID]',
  '- db3:3306   [null,nonreplicating,8.0.36,ro,ROW,>>,GTID]',
].join('\n');

import './moves.css';
import { OperationDialog } from './dialog/operation-dialog.tsx';
import { MoveChooser } from './menu/move-chooser.tsx';
import { useMoveCommands } from './menu/move-commands.ts';
import { NodeMenu } from './menu/node-menu.tsx';

/** The dialog of operations, the list of targets, the menu of servers, and their commands; once in the whole console. */
export function OperationDialogHost() {
  useMoveCommands();
  return (
    <>
      <OperationDialog />
      <MoveChooser />
      <NodeMenu />
    </>
  );
}

import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useNodeStore } from '../stores/node-store.ts';
import { LinkNotice } from './link-state.tsx';

/** Below the header: what the engine's owner wants everybody to read, and that the engine is away. */
export function Notices() {
  const notice = useNodeStore(({ node }) => node?.notice ?? '');
  return (
    <div className="frame-notice">
      {notice === '' ? null : (
        <Alert radius={0} py={6} icon={<IconInfoCircle aria-hidden />} role="note">
          {notice}
        </Alert>
      )}
      <LinkNotice />
    </div>
  );
}

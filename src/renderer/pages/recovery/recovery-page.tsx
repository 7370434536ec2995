export default function RecoveryPage() {
  return null;
}

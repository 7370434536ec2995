export default function RecoveriesPage() {
  return null;
}

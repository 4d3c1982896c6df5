"""Ground floor: the certificate file of a school's own authority. Path in; nothing, or one Chinese sentence, out."""

import ssl

from foundation.errors import Stop


def require_ca_file(path: str, what: str, setting: str) -> None:
    """Do nothing when a certificate can be read from the file; `what` it is for, and the `setting` that names it.

    Raises:
        Stop: The file is missing, may not be read, or holds no certificate.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as problem:  # of which ssl.SSLError is one
        raise Stop(f"{what} 的证书文件读不了", path, f"检查 {setting} 的路径与读取权限，内容要是 PEM 证书") from problem

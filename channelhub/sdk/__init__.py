"""What a connector author needs: the contract, its errors and the test suite to inherit."""

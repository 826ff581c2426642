// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title Airtime Compute Token
/// @notice Prepaid AI-compute units with 18 decimals: one base unit on chain is one atto-token of the ledger.
/// @dev The roles are given once, to the vault, and nobody holds the admin role: no key, however privileged, can
/// create or destroy a token outside the vault, so the supply on chain is exactly what settled batches made it.
contract ComputeToken is ERC20, ERC20Permit, AccessControl {
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");
    bytes32 public constant BURNER_ROLE = keccak256("BURNER_ROLE");

    /// @param vault The only address that will ever mint and burn.
    constructor(address vault) ERC20("Airtime Compute Token", "AIR") ERC20Permit("Airtime Compute Token") {
        _grantRole(MINTER_ROLE, vault);
        _grantRole(BURNER_ROLE, vault);
    }

    /// @notice Creates `amount` base units in the caller's own balance.
    function mint(uint256 amount) external onlyRole(MINTER_ROLE) {
        _mint(msg.sender, amount);
    }

    /// @notice Destroys `amount` base units of the caller's own balance. Nobody's else can be burned.
    function burn(uint256 amount) external onlyRole(BURNER_ROLE) {
        _burn(msg.sender, amount);
    }
}
